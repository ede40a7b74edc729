import sys

from mock_services.appointments.app import create_app
from mock_services.appointments.operations import document
from mock_services.appointments.settings import AppointmentSettings
from mock_services.shared.command import Department, run

DEPARTMENT = Department(
    module="mock_services.appointments",
    title="政务服务中心 · 办证预约: the appointments department",
    settings=AppointmentSettings,
    create_app=create_app,
    document=document,
)

if __name__ == "__main__":
    sys.exit(run(DEPARTMENT))
